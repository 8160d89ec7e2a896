import { CFPropertyListCreateXMLData, type CFType } from '../../CoreFoundation/index.ts'

/** The text of an archive: an XML property list with sorted keys; sets are written as arrays. */
export function writeArchive(archive: CFType): string {
  return CFPropertyListCreateXMLData(archive)
}
