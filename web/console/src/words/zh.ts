/** Sentences of the console in Chinese; `en.ts` has the same shape. Names of codes are in labels.yaml. */
const zh = {
  app: '建议提案督办工作台',
  short: '督办',
  skip: '跳到正文',
  other: 'English',
  menu: '主菜单',
  keysHelp: '键盘操作',
  keys: {
    '?': '显示本说明', '/': '到搜索框', j: '下一行', k: '上一行', o: '打开当前行', n: '下一件待办', x: '勾选当前行', Esc: '关闭',
  } as Record<string, string>,
  keysNote: '在输入框中和输入拼音时不起作用。',
  keysOn: '启用单键操作',
  close: '关闭',
  cancel: '取消',
  pages: {
    desk: '工作台', cases: '办件台账', case: '办件详情', register: '登记', imports: '导入台账', assign: '交办台', receive: '签收与退办',
    sign: '审核签发箱', ratings: '征询评价', disclosure: '公开审查', supervise: '督办看板', statistics: '统计', directory: '组织',
    calendar: '时限与日历', operations: '运行', audit: '审计', preferences: '个人设置',
  },
  menuGroups: { work: '办理', intake: '来件', watch: '督办和统计', manage: '管理' },
  signIn: {
    heading: '请选择身份登录',
    again: '登录已失效',
    kept: '请重新登录。页面上填写的内容都在，登录后继续。',
    as: (name: string) => `以“${name}”身份登录`,
    none: '本系统由单位统一登录，请从单位门户进入。',
    out: '退出',
    find: '按姓名、单位查找',
    unsaved: '还有没有提交的内容，退出后只保存在本机。确定退出吗？',
  },
  problem: {
    title: '没有办成', unreachable: '服务暂时没有应答，请稍后重试。填写的内容没有丢失。', refused: '没有得到许可。',
    keyReused: '刚才的内容已经提交成功，修改后的内容没有再次提交，请刷新查看。',
  },
  state: {
    loading: '正在读取……', empty: '没有内容', refused: '不能查看', silent: '服务没有应答', retry: '重试',
    missing: (services: string) => `以下服务暂时没有应答，内容可能不全：${services}`,
    notFound: '没有这个页面，或者您无权查看。', unknown: '—',
  },
}
export default zh
