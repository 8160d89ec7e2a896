import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

/** One project per layer. The app tests in Chromium and the corpus tests are projects of their own. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'kernel', environment: 'node', include: ['kernel/**/*.test.ts'] } },
      { test: { name: 'main', environment: 'node', include: ['main/**/*.test.ts', 'preload/**/*.test.ts', 'scripts/**/*.test.ts'] } },
      { plugins: [vue()], test: { name: 'renderer', environment: 'happy-dom', include: ['renderer/**/*.test.ts'] } },
      { test: { name: 'journeys', environment: 'node', include: ['test/*.test.ts', 'test/journeys/**/*.test.ts', 'test/sim/**/*.test.ts', 'test/xnu/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'corpus', environment: 'node', include: ['test/corpus/**/*.test.ts'], testTimeout: 120_000 } },
      { test: { name: 'app', environment: 'node', include: ['test/app/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 120_000, fileParallelism: false } },
    ],
  },
})
