import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fidelityPage } from './fidelityPage.ts'
import { withTour } from './folderTour.ts'

/** Each page that is made from the sources, with the text it must have. */
export function madePages(root: string): { readonly path: string; readonly text: string }[] {
  const architecture = 'docs/ARCHITECTURE.md'
  return [
    { path: 'docs/fidelity.md', text: `${fidelityPage(root)}\n` },
    { path: architecture, text: withTour(readFileSync(join(root, architecture), 'utf8'), root) },
  ]
}
