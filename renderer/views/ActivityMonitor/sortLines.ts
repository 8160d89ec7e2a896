/** A line that can be told apart and named. */
interface Named { readonly key: string; readonly name: string }

type Value = string | number | null

/** Lines by one value, ties by name; what has no value comes last either way. */
export function sortLines<Line extends Named>(lines: readonly Line[], read: (line: Line) => Value, descending: boolean): readonly Line[] {
  const sign = descending ? -1 : 1
  return [...lines].sort((a, b) => {
    const left = read(a)
    const right = read(b)
    if (left === null || right === null) return Number(left === null) - Number(right === null) || compare(a.name, b.name)
    return compare(left, right) * sign || compare(a.name, b.name) || compare(a.key, b.key)
  })
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
