import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'

/** Browsers of clerks' offices are old: Chrome 90 is the oldest that was found in use. */
const OLDEST = ['chrome90', 'firefox91', 'safari15']
const portal = process.env.DUBAN_PORTAL ?? 'http://127.0.0.1:8000'
/** Under the host of the page: the portal refuses what comes from another site. */
const passed = { target: portal, changeOrigin: false }

export default defineConfig(({ mode }) => ({
  base: '/console/',
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  plugins: [
    vue(),
    Components({
      dts: false,
      dirs: [],
      resolvers: [ElementPlusResolver({ importStyle: mode === 'test' ? false : 'css' })],
    }),
  ],
  build: {
    target: OLDEST,
    cssTarget: 'chrome90',
    outDir: process.env.DUBAN_CONSOLE_OUT ?? 'dist',
    emptyOutDir: true,
    manifest: true,
    chunkSizeWarningLimit: 800,
  },
  server: {
    proxy: { '/console/api': passed, '/console/session': passed },
  },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.ts'],
    server: { deps: { inline: ['element-plus'] } },
  },
}))
