/** Codecs: UTF-8, base64, JSON, property lists, Mach-O. Total functions; nothing here throws on bad input. */
export { base64Value, decodeBase64Text, decodeHexText, encodeBase64, hexValue } from './base64.ts'
export { civilFromDays, daysFromCivil, type CivilDate } from './calendar.ts'
export { wantsDriver } from './pciClassCode.ts'
export { asBigInt, asList, asNumber, asObject, asText } from './json/access.ts'
export {
  isLooseObject, LooseJsonReader, type LooseDocument, type LooseFault, type LooseJson, type LooseObject,
} from './json/looseJson.ts'
export { looksLikeMachO, machOUuids, readMachO, type MachOFile, type MachOImage,
  type MachOSegment } from './macho/readMachO.ts'
export { looksLikeNmList, readNmList, type NmList } from './macho/readNmList.ts'
export type { SymbolHit, SymbolTable } from './macho/SymbolTable.ts'
export * from './plist/index.ts'
export {
  decodeLatin1, decodeUtf8Lossless, decodeUtf8Text, encodeUtf8Into, encodeUtf8Lossless, utf8ByteLength,
} from './utf8.ts'
