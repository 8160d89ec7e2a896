/** A pattern that fits where one of several does; groups are counted through all of them. */
export const oneOf = (first: RegExp, ...more: readonly RegExp[]): RegExp =>
  new RegExp([first, ...more].map(({ source }) => source).join('|'), first.flags)
