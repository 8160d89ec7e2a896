import type { CrashEvidence, CrashFrame, CrashImage, CrashRecord, CrashSuspect } from '../../api/index.ts'
import { evidence, frameText, isSystemImage, isSystemPath, type CrashContext,
  type Finding } from './CrashContext.ts'

const MAX_SUSPECTS = 5
const MAX_EVIDENCE = 3

interface Draft {
  readonly bundle: string
  readonly kind: CrashSuspect['kind']
  weight: CrashSuspect['weight']
  readonly evidence: CrashEvidence[]
}

/** Functions that only carry out a crash: nobody is suspected for them. */
const MACHINERY = new RegExp(`^(?:${[
  '_*pthread_kill', '_*abort\\b', '_*abort_with', 'terminate_with', '__kill', 'raise', '_sigtramp',
  '__exceptionPreprocess',
  'objc_exception_throw', '_objc_terminate', 'std::', '__cxa_', 'abort_message', 'demangling_terminate',
  '_*assert_rtn',
  '_assertionFailure', '_fatalErrorMessage', 'swift_', '__stack_chk_fail', 'malloc_vreport',
  'malloc_report', '_*CFThrow',
  '_?dyld_start', 'start_wqthread', '_pthread_', 'thread_start', 'mach_msg', '\\+\\[NSException', '-\\[NSException', 'start$',
].join('|')})`, 'u')

/** Bundle of a program's path: the folder that ends in `.app` and the like; null outside of one. */
function bundleFolder(path: string | null): string | null {
  const match = /^.{0,2000}?\.(?:app|appex|dext|xpc|bundle|systemextension)\//u.exec(path ?? '')
  return match?.[0] ?? null
}

/** Phones have nothing but Apple's own below `/Library`, unless they were opened. */
function isPhonePart({ osVersion }: CrashRecord, image: CrashImage | undefined): boolean {
  return osVersion?.startsWith('iPhone') === true && image?.path?.startsWith('/Library/Audio/') === true
}

/** Whose an image is. */
export function kindOf(record: CrashRecord, image: CrashImage | undefined): CrashSuspect['kind'] {
  if (isSystemImage(image) || isPhonePart(record, image)) return 'apple'
  const folder = bundleFolder(record.path?.replace(/^\/private/u, '') ?? null)
  const isOwn = image?.path != null && (image.path === record.path || (folder !== null
    && image.path.includes(folder)))
  return isOwn || (image?.name !== null && image?.name === record.process) ? 'own' : 'third-party'
}

/** Who may be to blame: what the finding names, the stack's images, then what was loaded from elsewhere. */
export function suspectsOf(context: CrashContext, finding: Finding,
  stack: readonly CrashFrame[]): CrashSuspect[] {
  const drafts = new Map<string, Draft>()
  for (const name of finding.named ?? []) {
    const own = name === context.record.path || name === context.record.process
    const bundle = own ? context.record.identifier ?? context.record.process ?? name : name
    const isApple = isSystemPath(own ? context.record.path ?? '' : name)
    drafts.set(bundle, {
      bundle, kind: isApple ? 'apple' : own ? 'own' : 'third-party', weight: 'strong',
      evidence: [evidence(name, 'The report names it.')],
    })
  }
  addStack(drafts, context, stack)
  addStrangers(drafts, context)
  const order = { strong: 0, fair: 1, weak: 2 }
  return [...drafts.values()].toSorted((a, b) => order[a.weight] - order[b.weight]).slice(0, MAX_SUSPECTS)
    .map((draft, index) => ({ ...draft, rank: index + 1 }))
}

function addStack(drafts: Map<string, Draft>, { record }: CrashContext, stack: readonly CrashFrame[]): void {
  let place = 0
  const apple: Sighting[] = []
  for (const frame of stack.slice(0, 512)) {
    if (frame.symbol !== null && MACHINERY.test(frame.symbol)) continue
    place++
    const image = frame.imageIndex === null ? undefined : record.images[frame.imageIndex]
    const name = image?.identifier ?? image?.name ?? frame.image
    if (name === null) continue
    const kind = kindOf(record, image)
    if (kind !== 'apple') note(drafts, { name, kind, frame, place })
    else if (!BASE.test(image?.path ?? '')) apple.push({ name, kind, frame, place: place + 3 })
  }
  if (drafts.size > 0) return
  for (const sighting of apple) {
    if (drafts.size < 2 || drafts.has(sighting.name)) note(drafts, sighting)
  }
}

/** The system's lowest libraries: everybody calls them, and they are hardly ever the cause. */
const BASE = /^\/usr\/lib\/(?:system\/|dyld|libobjc|libc\+\+|libSystem)|\/CoreFoundation$/u

interface Sighting {
  readonly name: string
  readonly kind: CrashSuspect['kind']
  readonly frame: CrashFrame
  /** How far from the crash, machinery not counted. */
  readonly place: number
}

function note(drafts: Map<string, Draft>, { name, kind, frame, place }: Sighting): void {
  const weight = place <= 3 ? 'strong' : place <= 12 ? 'fair' : 'weak'
  const draft = drafts.get(name) ?? { bundle: name, kind, weight, evidence: [] }
  drafts.set(name, draft)
  if (draft.evidence.length < MAX_EVIDENCE) {
    draft.evidence.push(evidence(frameText(frame), `It is frame ${frame.index} of the stack.`))
  }
}

/** Libraries that were put into the process from outside its bundle. */
function addStrangers(drafts: Map<string, Draft>, { record }: CrashContext): void {
  if (record.images.length < 2 || record.path === null) return
  let count = 0
  for (const image of record.images) {
    if (image.path === null || !image.path.startsWith('/') || kindOf(record,
      image) !== 'third-party') continue
    const name = image.identifier ?? image.name
    if (name === null || drafts.has(name) || ++count > 2) continue
    drafts.set(name, {
      bundle: name, kind: 'third-party', weight: 'weak',
      evidence: [evidence(image.path,
        'It was loaded into the process from outside its bundle; it is not on the stack.')],
    })
  }
}
