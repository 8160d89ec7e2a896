/** `com.apple.kpi.unsupported`: what Apple lends on notice. */
export { panic } from '../../mach/index.ts'
