/** Third-party drivers: transpiled, instrumented, evaluated in a compartment. */
export { compartmentEvaluator } from './compartment.ts'
export { lockRealm } from './lockRealm.ts'
