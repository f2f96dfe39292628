/** Lint rules of the console; the reasons stand beside the rules. */
import tseslint from 'typescript-eslint'
import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import { unguardedEnter } from './scripts/unguarded-enter.mjs'

/** What a person may do is the services' to say: no page asks for a role. */
const ROLES = { selector: 'Identifier[name=/^roles?$/]', message: 'Roles decide nothing in the browser.' }

export default tseslint.config(
  { ignores: ['dist/**', 'src/**/*.gen.ts'] },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/recommended'],
  ...accessibility.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    plugins: { console: { rules: { 'unguarded-enter': unguardedEnter } } },
    rules: {
      'console/unguarded-enter': 'error',
      'max-lines': ['error', { max: 200 }],
      complexity: ['error', 10],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'vue/no-v-html': 'error',
      // A disabled button loses the focus; SteadyButton keeps it.
      'vue/no-restricted-v-bind': ['error', ...['disabled', 'loading'].map((argument) => ({ argument, element: 'el-button', message: 'Use SteadyButton: it keeps the focus.' }))],
      'vue/multi-word-component-names': 'off',
      'vue/require-default-prop': 'off',
      // Layout of templates is the authors' business.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/attributes-order': 'off',
      // A label around its control, or `for`: either is enough.
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
    },
  },
  { files: ['src/**'], ignores: ['src/shell/**', 'src/api/session.ts'], rules: { 'no-restricted-syntax': ['error', ROLES] } },
  // Their labels stand in FieldFrame, and name the input by id.
  { files: ['src/forms/ScalarField.vue', 'src/forms/pickers/PickInput.vue'], rules: { 'vuejs-accessibility/form-control-has-label': 'off' } },
  { files: ['src/words/zh.ts', 'src/words/en.ts'], rules: { 'max-lines': 'off' } },
  { files: ['scripts/**', 'eslint.config.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
)
