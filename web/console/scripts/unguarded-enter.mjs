/** Forbids handlers of Enter that do not ask `isComposing`: the Enter that ends a pinyin word is no order. */
const ENTER = ['En', 'ter'].join('')
const MESSAGE = 'Use onEnter() of ui/keys.ts: it ignores the Enter that ends a composition.'

function inTemplate(context) {
  const services = context.sourceCode.parserServices
  const visitor = {
    "VAttribute[directive=true][key.name.name='on'] > VDirectiveKey"(node) {
      if (node.modifiers.some((modifier) => modifier.name === 'enter')) context.report({ node, message: MESSAGE })
    },
  }
  return services.defineTemplateBodyVisitor ? services.defineTemplateBodyVisitor(visitor) : {}
}

export const unguardedEnter = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const allowed = context.filename.endsWith('/ui/keys.ts')
    const literal = (node) => {
      if (!allowed && node.value === ENTER && !context.filename.includes('/tests/')) context.report({ node, message: MESSAGE })
    }
    return { ...inTemplate(context), Literal: literal }
  },
}
