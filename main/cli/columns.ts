/** Rows of text as columns two blanks apart; the last column is as long as it is. */
export function columns(rows: readonly (readonly string[])[], indent = 0): string {
  const widths: number[] = []
  for (const row of rows) {
    for (const [at, cell] of row.slice(0, -1).entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  }
  const lines = rows.map((row) => {
    const cells = row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at]!)))
    return `${' '.repeat(indent)}${cells.join('  ')}`.trimEnd()
  })
  return lines.map((line) => `${line}\n`).join('')
}

/** `1 device`, `2 devices`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
