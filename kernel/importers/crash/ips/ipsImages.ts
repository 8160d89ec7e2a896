import { asBigInt, asList, asObject, asText, type LooseObject,
  type LooseJson } from '../../../formats/index.ts'
import { hexOf, uuidOf } from '../CrashDraft.ts'
import type { ImageBases } from './ipsThreads.ts'

type Image = ImageBases['images'][number]

/** `1.2 (34)` of a bundle's two versions. */
export function versionText(short: string | null, build: string | null): string | null {
  if (short === null || build === null || short === build) return short ?? build
  return `${short} (${build})`
}

/** Reads the list of images. One of size 0 stands for addresses that lie in none. */
export function ipsImages(value: LooseJson | undefined): ImageBases {
  const bases: (bigint | null)[] = []
  const images = asList(value).slice(0, 100_000).map((item) => {
    const image = asObject(item)
    bases.push(image === null ? null : asBigInt(image['base']))
    return imageOf(image, bases.at(-1)!)
  })
  return { bases, images }
}

function imageOf(image: LooseObject | null, base: bigint | null): Image {
  const get = (key: string): string | null => image === null ? null : asText(image[key])
  const size = image === null ? null : asBigInt(image['size'])
  const hasSize = size !== null && size > 0n && base !== null
  const path = get('path')
  return {
    name: get('name') ?? (path === null ? null : path.slice(path.lastIndexOf('/') + 1)),
    identifier: get('CFBundleIdentifier'),
    version: versionText(get('CFBundleShortVersionString'), get('CFBundleVersion')),
    arch: get('arch'),
    base: base === null ? null : hexOf(base),
    end: hasSize ? hexOf(base + size - 1n) : null,
    uuid: uuidOf(get('uuid')),
    path,
  }
}
