import { buildPages, measureInPage, whyNoBrowser } from '../browserPage.ts'
import type { Row } from '../Row.ts'

const ROWS = 100_000
const BUDGET_MS = 16

export const u5: Row = {
  id: 'U5', title: `filter as one types over ${ROWS} rows, in Chromium`, maxRatio: 1,
  prepare: buildPages,
  ours: { name: 'filterRows', isThere: whyNoBrowser, measure: () => measureInPage(`filterTimes(${ROWS})`) },
  peer: { name: 'the budget', measure: () => ({ ms: BUDGET_MS, minMs: BUDGET_MS, maxMs: BUDGET_MS, check: null }) },
}
