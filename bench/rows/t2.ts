import { whyNoBrowser } from '../browserPage.ts'
import { ioregPath, type SetName } from '../data/files.ts'
import { openFileTimes } from '../rigs/openFile.ts'
import type { Row } from '../Row.ts'

/** The goal is a time by the clock: the peer is that time. */
function row(id: string, set: SetName, entries: string, budgetMs: number): Row {
  return {
    id, title: `ioreg dump of ${entries} entries, by the clock: from the File in the page to its painted tree`, maxRatio: 1,
    ours: { name: 'the app in Chromium', isThere: whyNoBrowser, measure: () => openFileTimes(ioregPath(set)) },
    peer: {
      name: 'the budget',
      measure: () => ({ ms: budgetMs, minMs: budgetMs, maxMs: budgetMs, check: null }),
    },
  }
}

export const t2 = row('T2', 'n2000', '2000', 60)
export const t2b = row('T2b', 'n20000', '20000', 1_000)
