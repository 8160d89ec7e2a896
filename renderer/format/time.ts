const NS_PER_SECOND = 1_000_000_000

/** Virtual time as `2.418 313 s`: seconds, microseconds in groups of three. */
export function formatVirtualTime(timeNs: number): string {
  const microseconds = Math.floor(timeNs / 1000)
  const seconds = Math.floor(microseconds / 1_000_000)
  const fraction = String(microseconds % 1_000_000).padStart(6, '0')
  return `${groupDigits(seconds)}.${fraction.slice(0, 3)} ${fraction.slice(3)} s`
}

/** A short duration with a fitting unit: `31 ns`, `4.20 ms`, `1.5 s`. */
export function formatDuration(durationNs: number): string {
  if (durationNs < 1000) return `${Math.round(durationNs)} ns`
  if (durationNs < 1_000_000) return `${trim(durationNs / 1000)} µs`
  if (durationNs < NS_PER_SECOND) return `${trim(durationNs / 1_000_000)} ms`
  return `${trim(durationNs / NS_PER_SECOND)} s`
}

/** A share as per cent, without the sign; what is too small to show says so. */
export function formatPercent(share: number): string {
  if (share > 0 && share < 0.00005) return '<0.01'
  return (share * 100).toFixed(share < 0.1 ? 2 : 1)
}

/** Seconds with three decimals, for tables: `0.574`. */
export function formatSeconds(durationNs: number): string {
  return (durationNs / NS_PER_SECOND).toFixed(3)
}

/** Speed of the virtual clock against the wall clock. */
export function formatSpeed(speed: number): string {
  if (!Number.isFinite(speed)) return 'Max'
  if (speed === 0.25) return '¼×'
  if (speed === 0.5) return '½×'
  return `${speed}×`
}

/** Wall-clock date of a stored record, relative while fresh. */
export function formatStoredAt(iso: string, now: Date): string {
  const then = new Date(iso)
  if (Number.isNaN(then.getTime())) return iso
  const minutes = Math.floor((now.getTime() - then.getTime()) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return minutes === 1 ? '1 minute ago' : `${minutes} minutes ago`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return hours === 1 ? '1 hour ago' : `${hours} hours ago`
  const days = Math.floor(hours / 24)
  if (days < 30) return days === 1 ? 'yesterday' : `${days} days ago`
  return then.toISOString().slice(0, 10)
}

/** Whole numbers with a thin gap per thousand: `109 000`. */
export function groupDigits(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/gu, ' ')
}

/** Digest in groups of four, at most sixteen digits. */
export function formatDigest(digest: string): string {
  return digest.slice(0, 16).replace(/(.{4})(?=.)/gu, '$1 ')
}

function trim(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
