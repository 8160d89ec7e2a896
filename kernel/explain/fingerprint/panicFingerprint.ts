import type { DerivedFrame, FingerprintPart, PanicFacts, PanicFingerprint } from '../../api/index.ts'
import { hash64 } from './hash64.ts'
import { messageTemplate } from './messageTemplate.ts'

/** Raised with every change that can give a panic another fingerprint. */
const ALGORITHM = 'panic-1'
const FRAMES = 5

interface NormalFrame {
  readonly value: string
  readonly why: string
}

/** A frame without its slide: kext and offset, or function, or the kernel's unslid address. */
function normalFrame(frame: DerivedFrame): NormalFrame | null {
  const { bundle, function: name, bundleOffset, unslid } = frame
  const owner = bundle ?? 'kernel'
  if (name !== null)
    return {
      value: `${owner} ${name}`,
      why: 'the function, without its offset: it stays the same from build to build',
    }
  if (bundle !== null && bundleOffset !== null)
    return { value: `${bundle}+${bundleOffset}`, why: 'offset from the start of the kext: no slide is in it' }
  if (unslid !== null)
    return { value: `kernel ${unslid}`, why: 'address minus slide: the same in every boot of this build' }
  return null
}

function framesOf(facts: PanicFacts): FingerprintPart[] {
  const first = facts.derived.firstFrame
  if (first === null) {
    return facts.backtrace.length === 0
      ? []
      : [
          {
            name: 'frame',
            value: `${facts.backtrace.length} frames`,
            isUsed: false,
            why: 'where the panic machinery ends cannot be told, so no frame counts',
          },
        ]
  }
  const parts: FingerprintPart[] =
    first === 0
      ? []
      : [
          {
            name: 'frame',
            value: `${first} frames above`,
            isUsed: false,
            why: 'panic machinery: it is the same for every panic',
          },
        ]
  const block = facts.backtrace[first]!.block
  for (const frame of facts.derived.frames.slice(first)) {
    if (
      parts.filter(({ isUsed }) => isUsed).length === FRAMES ||
      facts.backtrace[frame.index]!.block !== block
    )
      break
    const isJump = facts.derived.fault?.access === 'execute' && frame.address === facts.derived.fault.address
    if (isJump) {
      parts.push({
        name: 'frame',
        value: frame.address,
        isUsed: false,
        why: 'the address that was jumped to is no code',
      })
      continue
    }
    const normal = normalFrame(frame)
    parts.push(
      normal === null
        ? {
            name: 'frame',
            value: frame.address,
            isUsed: false,
            why: 'the slide is not known: the address differs from boot to boot',
          }
        : { name: 'frame', value: normal.value, isUsed: true, why: normal.why },
    )
  }
  return parts
}

/**
 * What makes this panic the same as another, with every part that went into it and every part that did not.
 */
export function panicFingerprint(facts: PanicFacts, className: string): PanicFingerprint {
  const template = messageTemplate(facts.message)
  const kexts = facts.backtraceKexts.map(({ id }) => id).toSorted()
  const frames = framesOf(facts)
  const hasFrames = frames.some(({ isUsed }) => isUsed)
  const parts: FingerprintPart[] = [
    { name: 'class', value: className, why: 'the kind of panic', isUsed: true },
    {
      name: 'message',
      value: template,
      isUsed: template !== '',
      why:
        template === ''
          ? 'there is no message'
          : 'its words, with numbers, addresses, identifiers and the source line masked',
    },
    ...frames,
    {
      name: 'kexts',
      value: kexts.join(' '),
      isUsed: !hasFrames && kexts.length > 0,
      why:
        kexts.length === 0
          ? 'no kext is in the backtrace'
          : hasFrames
            ? 'the frames tell more'
            : 'no frame can be used: the kexts of the backtrace stand for them',
    },
  ]
  const key = parts
    .filter(({ isUsed }) => isUsed)
    .map(({ name, value }) => `${name}=${value}`)
    .join('\n')
  return {
    algorithm: ALGORITHM,
    id: hash64(`${ALGORITHM}\n${key}`),
    group: hash64(`${ALGORITHM}\n${className}\n${template}`),
    parts,
  }
}
