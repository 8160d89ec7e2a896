import { readFileSync } from 'node:fs'
import {
  parsePlist, writeBinaryPlist, writeXmlPlistBytes, type PlistValue,
} from '../../kernel/formats/plist/index.ts'
import { decodeLatin1 } from '../data/decodeLatin1.ts'
import { binaryPath, jsonFile, plistTree, xmlPath, type SetName } from '../data/files.ts'
import { plistDigest } from '../data/plistDigest.ts'
import {
  loadFastPlist, readPeerOutput, runLibplist, runPlistlib, whyNoFastPlist, whyNoLibplist, whyNoPlistlib,
} from '../peers/plistPeers.ts'
import { repeat, type Measurement, type Row, type Side } from '../Row.ts'

function read(bytes: Uint8Array): PlistValue {
  const result = parsePlist(bytes, { decodeLatin1 })
  if (!result.ok) throw new Error(JSON.stringify(result.problems[0]))
  return result.value
}

const timesFor = (set: SetName): number => (set === 'mb50' ? 7 : 15)

function oursReads(path: (set: SetName) => string, set: SetName, loose = false): Side {
  return {
    name: 'parsePlist',
    measure: () => {
      const bytes = readFileSync(path(set))
      let tree: PlistValue = false
      const measured = repeat(timesFor(set), () => {
        tree = read(bytes)
        return null
      }, 3)
      return { ...measured, check: plistDigest(tree, loose) }
    },
  }
}

/** With what the peer has read, as it wrote it out. */
function checked(measured: Measurement): Measurement {
  return { ...measured, check: plistDigest(read(readPeerOutput())) }
}

function libplistReads(path: (set: SetName) => string, set: SetName): Side {
  return {
    name: 'libplist', isThere: whyNoLibplist,
    measure: () => checked(runLibplist('r', path(set), timesFor(set))),
  }
}

function fastPlistReads(set: SetName): Side {
  return {
    name: 'fast-plist', isThere: whyNoFastPlist,
    measure: async () => {
      const parse = await loadFastPlist()
      const bytes = readFileSync(xmlPath(set))
      let tree: unknown = null
      const measured = repeat(timesFor(set), () => {
        tree = parse(bytes.toString('utf8'))
        return null
      }, 3)
      return { ...measured, check: plistDigest(tree, true) }
    },
  }
}

/** The practical limit: the same tree as JSON. */
export function jsonParse(set: SetName): Side {
  return {
    name: `JSON.parse(${set})`,
    measure: () => {
      const text = jsonFile(set).toString('utf8')
      return repeat(timesFor(set), () => {
        JSON.parse(text)
        return null
      }, 3)
    },
  }
}

function oursWrites(set: SetName, write: (tree: PlistValue) => Uint8Array): Measurement {
  const tree = plistTree(set)
  let bytes: Uint8Array = new Uint8Array(0)
  const measured = repeat(timesFor(set), () => {
    bytes = write(tree)
    return null
  }, 3)
  return { ...measured, check: plistDigest(read(bytes)) }
}

function libplistWrites(mode: 'x' | 'b', set: SetName, times: number): Side {
  return {
    name: 'libplist', isThere: whyNoLibplist,
    measure: () => checked(runLibplist(mode, binaryPath(set), times)),
  }
}

const xmlTitle = (set: SetName): string => `XML property list read, ${set}`

export const p1: Row = {
  id: 'P1', title: xmlTitle('mb10'), maxRatio: 0.3,
  ours: oursReads(xmlPath, 'mb10', true), peer: fastPlistReads('mb10'),
}
export const p1b: Row = {
  id: 'P1b', title: xmlTitle('mb50'), maxRatio: 0.3,
  ours: oursReads(xmlPath, 'mb50', true), peer: fastPlistReads('mb50'),
}
export const p1l: Row = {
  id: 'P1l', title: xmlTitle('mb50'), maxRatio: 1,
  ours: oursReads(xmlPath, 'mb50'), peer: libplistReads(xmlPath, 'mb50'),
}
export const p1j: Row = {
  id: 'P1j', title: xmlTitle('mb10'), maxRatio: 2.6,
  ours: { ...oursReads(xmlPath, 'mb10') }, peer: jsonParse('mb10'),
}
export const p2: Row = {
  id: 'P2', title: 'binary property list read, mb50', maxRatio: 1,
  ours: oursReads(binaryPath, 'mb50'), peer: libplistReads(binaryPath, 'mb50'),
}
export const p2p: Row = {
  id: 'P2p', title: 'binary property list read, mb50', maxRatio: 0.35, ours: oursReads(binaryPath, 'mb50'),
  peer: {
    name: 'plistlib', isThere: whyNoPlistlib,
    measure: () => checked(runPlistlib(binaryPath('mb50'), 5)),
  },
}
export const p3: Row = {
  id: 'P3', title: 'XML property list written, indented, mb50', maxRatio: 0.8,
  ours: { name: 'writeXmlPlistBytes', measure: () => oursWrites('mb50', writeXmlPlistBytes) },
  peer: libplistWrites('x', 'mb50', 5),
}
export const p4: Row = {
  id: 'P4', title: 'binary property list written, mb50', maxRatio: 0.1,
  ours: { name: 'writeBinaryPlist', measure: () => oursWrites('mb50', writeBinaryPlist) },
  peer: libplistWrites('b', 'mb50', 2),
}
