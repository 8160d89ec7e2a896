import { encodeUtf8Lossless } from '../formats/utf8.ts'

/** The tags of an element as bytes, made once for a class. */
export class XMLTag {
  /** Up to the object's number. */
  readonly start: Uint8Array
  readonly end: Uint8Array

  constructor(name: string, attributes = '') {
    this.start = encodeUtf8Lossless(`<${name}${attributes} ID="`)
    this.end = encodeUtf8Lossless(`</${name}>`)
  }
}
