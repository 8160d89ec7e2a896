/** Names that a class compares in its code: no property of the provider shows them. Concluded from dumps. */
const NAMES: readonly { readonly className: string; readonly names: readonly string[] }[] = [
  { className: 'IOPlatformExpertDevice', names: ['ACPI'] },
]

/** The names that code compares for nubs of these classes, on Macs with ACPI. */
export function namesInCode(classes: readonly string[]): readonly string[] {
  return NAMES.find(({ className }) => classes.includes(className))?.names ?? []
}
