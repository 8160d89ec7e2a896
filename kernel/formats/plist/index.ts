/** Property lists: XML and binary, reading and writing. */
export { isBinaryPlist, parseBinaryPlist } from './BinaryPlistReader.ts'
export { writeBinaryPlist } from './BinaryPlistWriter.ts'
export { formatPlistDate, parsePlistDate } from './dates.ts'
export { parsePlist, parsePlistLeniently, parseXmlPlist } from './parsePlist.ts'
export { defaultPlistLimits, PlistData, PlistDate, PlistReal, PlistUid } from './PlistValue.ts'
export type { PlistLimits, PlistReadOptions, PlistValue } from './PlistValue.ts'
export { formatReal, writeXmlPlist, writeXmlPlistBytes, type XmlPlistWriteOptions } from './XmlPlistWriter.ts'
