import { buildPages, measureInPage, whyNoBrowser } from '../browserPage.ts'
import type { Row } from '../Row.ts'

const ROWS = 100_000
const JUMPS = 40

export const u2: Row = {
  id: 'U2', title: `outline of ${ROWS} rows: a jump anywhere to the painted frame in Chromium`, maxRatio: 1.5,
  prepare: buildPages,
  ours: { name: 'RegistryOutline', isThere: whyNoBrowser, measure: () => measureInPage(`jumpTimes('outline', ${ROWS}, ${JUMPS})`) },
  peer: { name: 'bare @tanstack/vue-virtual', isThere: whyNoBrowser, measure: () => measureInPage(`jumpTimes('bare', ${ROWS}, ${JUMPS})`) },
}
