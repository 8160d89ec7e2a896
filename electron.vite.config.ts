import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const here = import.meta.dirname

/** Four entries run on the host side: Electron main, the web server of the browser shell, the kernel process, the CLI. */
export default defineConfig({
  main: {
    build: {
      rolldownOptions: {
        input: {
          index: resolve(here, 'main/index.ts'),
          web: resolve(here, 'main/web/index.ts'),
          kernelHostMain: resolve(here, 'main/kernelHost/kernelHostMain.ts'),
          cli: resolve(here, 'main/cli/index.ts'),
        },
        // Names stay for stack traces; what is left out is only space and comments, which take time to read.
        output: {
          keepNames: true, minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
        },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve(here, 'preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(here, 'renderer'),
    build: {
      outDir: resolve(here, 'out/renderer'), emptyOutDir: true, minify: true,
      rolldownOptions: { input: { index: resolve(here, 'renderer/index.html') } },
    },
    plugins: [vue()],
  },
})
