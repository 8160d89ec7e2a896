/** `1 entry`, `312 entries`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`
}

/** A count with its thousands apart. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/gu, ' ')
}

/** A registry entry id as the tools print it; a dash where a dump prints none. */
export function formatEntryId(id: number): string {
  return id <= 0 ? '–' : `0x${id.toString(16)}`
}

/** Any thrown value as one sentence. */
export function errorSentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Name and location of an entry: `PXSX@0`. */
export function entryTitle(name: string, location: string | null): string {
  return location === null || location === '' ? name : `${name}@${location}`
}

/** Names the plane for people. */
export function planeTitle(plane: string): string {
  return PLANE_TITLES[plane] ?? plane.replace(/^IO/u, '')
}

const PLANE_TITLES: Readonly<Record<string, string>> = {
  IOService: 'Service',
  IODeviceTree: 'Device Tree',
  IOPower: 'Power',
  IOACPIPlane: 'ACPI',
  IOUSB: 'USB',
}
