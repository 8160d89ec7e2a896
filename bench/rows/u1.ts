import { buildPages, measureInPage, whyNoBrowser } from '../browserPage.ts'
import type { Row } from '../Row.ts'

const ROWS = 100_000
const TIMES = 15

export const u1: Row = {
  id: 'U1', title: `outline of ${ROWS} rows, all expanded: data to first painted frame in Chromium`, maxRatio: 1.3,
  prepare: buildPages,
  ours: { name: 'RegistryOutline', isThere: whyNoBrowser, measure: () => measureInPage(`mountTimes('outline', ${ROWS}, ${TIMES})`) },
  peer: { name: 'bare @tanstack/vue-virtual', isThere: whyNoBrowser, measure: () => measureInPage(`mountTimes('bare', ${ROWS}, ${TIMES})`) },
}
