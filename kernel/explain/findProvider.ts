/** What a provider can be named by. */
export interface NamedProvider {
  /** Registry entry id; 0 where there is none. */
  readonly id: number
  /** Names with locations from the root. */
  readonly path: string
}

/**
 * The entries that a text can mean: by id in hexadecimal or decimal, by path as printed or as the kernel
 * writes it (`IOService:/…`), else by the end of their path, at last by such an end without locations.
 */
export function findProvider<T extends NamedProvider>(entries: readonly T[], wanted: string): T[] {
  if (/^(0x[0-9a-f]+|\d+)$/iu.test(wanted)) {
    const id = Number(wanted)
    return entries.filter((one) => one.id === id && id !== 0)
  }
  const path = wanted.replace(/^[A-Za-z0-9]+:\/?/u, '').replaceAll(/^\/|\/$/gu, '')
  const exact = entries.filter((one) => formsOf(one.path).includes(path))
  if (exact.length > 0) return exact
  const byEnd = entries.filter((one) => one.path.endsWith(`/${path}`))
  return byEnd.length > 0 ? byEnd : entries.filter((one) => withoutLocations(one.path).endsWith(`/${path}`))
}

function withoutLocations(path: string): string {
  return path.replaceAll(/@[^/]*/gu, '')
}

/** A path as it is printed, without the root, and as the kernel writes it: without the platform's nub. */
function formsOf(path: string): readonly string[] {
  const parts = path.split('/')
  return [path, parts.slice(1).join('/'), parts.slice(2).join('/')]
}
