/** Path of an installed browser, or null. */
export function findChromium(): string | null
/** The browser, installed where that is possible; throws a sentence when there is none. */
export function ensureChromium(): string
