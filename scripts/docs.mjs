// npm run docs: makes docs/fidelity.md and the tour in docs/ARCHITECTURE.md from the sources.
import { runNode } from './lib/project.mjs'

runNode(['--no-warnings', 'scripts/docs/main.ts'])
