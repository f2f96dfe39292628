import { createApp } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import App from './App.vue'
import { ROUTES } from './routes'
import './shell/tokens.css'
import './shell/page.css'
import './shell/print.css'

const router = createRouter({
  history: createWebHistory('/console/'),
  routes: ROUTES,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
})
createApp(App).use(router).mount('#app')
