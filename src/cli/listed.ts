/** Names that are shown of a long list. */
const shown = 5;

/** Names in a sentence, the first of them where they are many: `cat, dog, bird, fish, horse and 3 more`. */
export function listed(names: readonly string[]): string {
  const rest = names.length - shown;
  return `${names.slice(0, shown).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
