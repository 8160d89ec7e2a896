export { compartmentEvaluator } from './compartment.ts'
export { lockRealm } from './lockRealm.ts'
