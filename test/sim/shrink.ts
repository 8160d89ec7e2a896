/**
 * The shortest list that still fails, found by leaving out ever smaller runs of it (delta debugging, Zeller and
 * Hildebrandt 2002). `fails` is asked at most `tries` times.
 */
export function shrink<T>(list: readonly T[], fails: (shorter: readonly T[]) => boolean, tries = 200): readonly T[] {
  let best = list
  let left = tries
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < best.length && left > 0;) {
      const shorter = [...best.slice(0, start), ...best.slice(start + size)]
      left--
      if (shorter.length < best.length && fails(shorter)) best = shorter
      else start += size
    }
  }
  return best
}
