import { PlistData, PlistUid, writeBinaryPlist, type PlistValue } from '../../formats/plist/index.ts'
import { encodeUtf8Lossless } from '../../formats/utf8.ts'

/** A keyed archive: objects by number, 0 is nil. */
export class ArchiveMaker {
  readonly objects: PlistValue[] = ['$null']

  add(value: PlistValue): PlistUid {
    this.objects.push(value)
    return new PlistUid(this.objects.length - 1)
  }

  list(members: PlistValue[]): PlistUid {
    return this.add(new Map<string, PlistValue>([['NS.objects', members]]))
  }

  table(pairs: readonly (readonly [string, PlistValue])[]): PlistUid {
    return this.add(
      new Map<string, PlistValue>([
        ['NS.keys', pairs.map(([key]) => this.add(key))],
        ['NS.objects', pairs.map(([, value]) => value)],
      ]),
    )
  }

  entry(
    name: string,
    facts: Record<string, PlistValue>,
    properties: string,
    children: readonly (readonly [string, PlistUid[]])[],
  ): PlistUid {
    return this.add(
      new Map<string, PlistValue>(
        Object.entries({
          name: this.add(name),
          properties: new PlistData(encodeUtf8Lossless(`<plist><dict>${properties}</dict></plist>`)),
          namesInPlanes: this.table([['IODeviceTree', this.add(`dt-${name}`)]]),
          childrenInPlanes: this.table(children.map(([plane, members]) => [plane, this.list(members)])),
          dateTerminated: new PlistUid(0),
          isRegistryRoot: false,
          kernelRetainCount: 4,
          busyCount: 0,
          ...facts,
        }),
      ),
    )
  }

  bytes(store: Record<string, PlistValue>): Uint8Array {
    const root = this.add(new Map(Object.entries(store)))
    return writeBinaryPlist(
      new Map<string, PlistValue>([
        ['$archiver', 'NSKeyedArchiver'],
        ['$top', new Map([['root', root]])],
        ['$objects', this.objects],
      ]),
    )
  }
}
