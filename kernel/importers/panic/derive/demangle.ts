const MAX_PARTS = 16

/**
 * Class and function of a mangled C++ name, without its arguments: `__ZN9IOService5startEPS_` is
 * `IOService::start`.
 * C names lose their leading underscore. Total.
 */
export function readableSymbol(symbol: string): string {
  const mangled = /^_{0,2}_?Z(N?)(?:[KVr]*)(L?)(.*)$/su.exec(symbol)
  if (mangled === null || !/^_{1,3}Z/u.test(symbol))
    return symbol.replace(/\(.*$/su, '').replace(/^_(?=[A-Za-z_])/u, '')
  const parts: string[] = []
  let rest = mangled[3]!
  while (parts.length < MAX_PARTS) {
    rest = rest.replace(/^L(?=\d)/u, '')
    const length = /^\d{1,3}/u.exec(rest)
    if (length === null) break
    const start = length[0].length
    const end = start + Number(length[0])
    if (end > rest.length) break
    parts.push(rest.slice(start, end))
    rest = rest.slice(end)
    if (mangled[1] === '') break
  }
  if (parts.length === 0) return symbol
  const last = parts.at(-1)!
  if (/^C[1-3]/u.test(rest)) parts.push(last)
  else if (/^D[0-2]/u.test(rest)) parts.push(`~${last}`)
  return parts.join('::')
}
