/** Stage letters and their codes in the encoded version. */
const STAGES: readonly (readonly [string, bigint])[] =
  [['d', 1n], ['a', 3n], ['b', 5n], ['fc', 7n], ['f', 7n]]
const RELEASE = 9n

/** A blank ends the version; minor and revision may have no digits (`10.b13`), and four of them a dot after them. */
const VERSION =
  /^(\d{1,4})(?:\.(\d{0,4})(?:\.(\d{0,3}(?=\D|$)|\d{4}\.?))?)?(?:(d|a|b|fc|f)(\d{1,3}))?(?=\s|$)/u

/** What an unreadable version encodes to. */
export const kOSKextVersionInvalid = -1n

/**
 * The comparable number of a version string: `major.minor.revision` and stage in decimal fields; -1 when invalid.
 * @xnu libkern/OSKextVersion.c OSKextParseVersionString — faithful
 */
export function OSKextParseVersionString(text: string): bigint {
  const match = VERSION.exec(text)
  if (match === null) return kOSKextVersionInvalid
  const [, major = '0', minor = '', revision = '', stage, level = '0'] = match
  let stageCode = RELEASE
  if (stage !== undefined) {
    const isWithoutLevel = Number(level) === 0 && stage.startsWith('f')
    if (isWithoutLevel || Number(level) > 255) return kOSKextVersionInvalid
    stageCode = STAGES.find(([letters]) => letters === stage)![1]
  }
  return BigInt(major) * 10n ** 12n + BigInt(minor) * 10n ** 8n
    + BigInt(revision.replace('.', '')) * 10n ** 4n + stageCode * 1000n + BigInt(level)
}

/**
 * The string of an encoded version: always with a minor number, without a zero revision.
 * @xnu libkern/OSKextVersion.c OSKextVersionGetString — faithful
 */
export function OSKextVersionGetString(version: bigint): string {
  if (version < 0n) return '(invalid)'
  if (version === 0n) return '(missing)'
  const field = (unit: bigint, modulus: bigint): bigint => (version / unit) % modulus
  const revision = field(10n ** 4n, 10000n)
  const stageCode = field(1000n, 10n)
  const stage = STAGES.find(([letters, code]) => code === stageCode && letters !== 'f')
  return `${version / 10n ** 12n}.${field(10n ** 8n, 10000n)}${revision === 0n ? '' : `.${revision}`}`
    + (stage === undefined ? '' : `${stage[0]}${version % 1000n}`)
}
