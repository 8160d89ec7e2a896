import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

/** The window over made-up answers, for screenshots and layout work: `npx vite test/app/pages`. */
// oxlint-disable-next-line import/no-default-export -- Vite reads its settings from the default export.
export default defineConfig({
  root: import.meta.dirname,
  server: { fs: { allow: [resolve(import.meta.dirname, '../../..')] } },
  build: {
    outDir: resolve(import.meta.dirname, '../../../.cache/pages'), emptyOutDir: true,
    rolldownOptions: { input: ['index', 'outline'].map((page) => resolve(import.meta.dirname, `${page}.html`)) },
  },
  plugins: [vue()],
})
