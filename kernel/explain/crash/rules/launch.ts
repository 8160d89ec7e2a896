import { evidence, saidBy, who, type Finding, type Rule } from '../CrashContext.ts'

/** Killed because its code is not as it was signed. */
export const codeSigning: Rule = (context) => {
  const { record } = context
  const { exception, termination } = record
  const isInvalid = /Code Sign(?:ature|ing) Invalid|CODESIGNING|KERN_CODESIGN_ERROR/iu
  const text = [exception?.type, exception?.message, exception?.note, exception?.subtype,
    termination?.namespace]
    .find((one) => one != null && isInvalid.test(one))
  if (text == null) return null
  const meaning = record.derived.termination
  const isPage = termination?.namespace === 'CODESIGNING' && termination.code === 2
  const constraint = termination?.namespace === 'CODESIGNING' && termination.code === 4
  return {
    class: 'code-signing', title: constraint ? 'Launch constraint violated' : 'Code signature invalid',
    sentence: `${who(record)} was killed: ${meaning ?? 'its code signature is not valid'}.`,
    cause: isPage ? 'A page of code on disk was changed after signing, or the file was replaced while it ran.'
      : constraint ? 'It was started in a way that its launch constraints do not allow.'
        : 'The signature is missing, damaged, expired or lacks what its entitlements need.',
    evidence: [evidence(text, meaning ?? 'The system refused the signature.')],
    confidence: 'high',
    next: [
      `Check it: codesign --verify --deep --strict --verbose=4 ${record.path ?? 'PATH'}`,
      isPage ? 'Do not write into an executable in place: write a new file and rename it.'
        : 'Look for entitlements without a provisioning profile that allows them.',
    ],
    named: [record.path ?? record.process].filter((name) => name !== null),
  }
}

/** The dynamic linker gave up. */
export const dynamicLinker: Rule = (context) => {
  const { record } = context
  const library = saidBy(context, /Library (?:not loaded|missing)[:,]?\s*(\S[^\n]{0,500})/iu)
  const symbol = saidBy(context, /Symbol (?:not found|missing)[:,]?\s*\(?(\S+?)\)?(?:\s|$)/iu)
  const code = record.termination?.namespace === 'DYLD' ? record.termination.code : null
  if (code === null && library === null && symbol === null) return null
  const reason = saidBy(context, /Reason:\s*(\S[^\n]{0,300})/u)?.[1]
  if (code === 4 || (code === null && library === null)) return symbolFinding(record.process, symbol, reason)
  const name = library?.[1]?.trim() ?? null
  const missing = code === 1 || code === null
  const what = missing && name !== null ? `${name} was not loaded`
    : record.derived.termination ?? 'a library could not be loaded'
  return {
    class: missing ? 'missing-library' : 'linker', title: missing ? 'Library missing' : 'Dynamic linker',
    sentence: `${who(record)} could not start: ${what}.`,
    cause: reason ?? record.derived.termination ?? 'The library is not where the program looks for it.',
    evidence: [evidence(library?.[0] ?? `DYLD ${code}`, 'The dynamic linker says so.')],
    confidence: 'high',
    next: [
      'Check that the library is there, has code for this processor, and is signed by the same team.',
      `Look at the paths: otool -l ${record.path ?? 'PROGRAM'} | grep -A2 LC_RPATH`,
    ],
    named: name === null ? [] : [name],
  }
}

function symbolFinding(process: string | null, symbol: RegExpExecArray | null,
  reason: string | undefined): Finding {
  const name = symbol?.[1] ?? null
  return {
    class: 'missing-symbol', title: 'Symbol missing',
    sentence: `${process ?? 'The process'} could not start: ${name ?? 'a symbol'} is not in its library.`,
    cause: reason ?? 'The library is older or newer than the one that the program was built with.',
    evidence: [evidence(symbol?.[0] ?? 'DYLD 4', 'The dynamic linker says so.')],
    confidence: 'high',
    next: ['Compare the system version that the program needs with the one that runs here.'],
  }
}

/** The kernel would not execute it. */
export const exec: Rule = ({ record }) => {
  if (record.termination?.namespace !== 'EXEC') return null
  return {
    class: 'exec', title: 'Could not be executed',
    sentence: `${who(record)} could not be executed`
      + `${record.derived.termination === null ? '' : `: ${record.derived.termination}`}.`,
    cause: record.derived.termination ?? 'The kernel refused the executable.',
    evidence: [evidence(`EXEC ${record.termination.codeText ?? ''}`, 'The kernel\'s reason.')],
    confidence: 'high',
    next: [`Look at the file: file ${record.path ?? 'PROGRAM'}, otool -hv ${record.path ?? 'PROGRAM'}`],
  }
}
