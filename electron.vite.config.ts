import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const here = import.meta.dirname
/** Where the build goes: `scripts/build.mjs` names a folder beside `out` and swaps them when all is done. */
const folder = resolve(here, process.env['WORKBENCH_BUILD_FOLDER'] ?? 'out')

/** Four entries run on the host side: Electron main, the web server of the browser shell, the kernel process, the CLI. */
export default defineConfig({
  main: {
    build: {
      outDir: resolve(folder, 'main'),
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
      outDir: resolve(folder, 'preload'),
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
      outDir: resolve(folder, 'renderer'), emptyOutDir: true, minify: true,
      rolldownOptions: { input: { index: resolve(here, 'renderer/index.html') } },
    },
    plugins: [vue()],
  },
})
