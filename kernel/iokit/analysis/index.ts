/** What the kernel can see of drivers' mistakes with gates, before or when they hang. */
export {
  doneWaitingForGate, forgetGate, gateDiagnostics, noteNestedGate, noteWaitingForGate, type AnalysedGate,
} from './gateAnalysis.ts'
