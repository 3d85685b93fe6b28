/** Freezes the value and all that it holds; nobody who shares it can change it for the others. */
export function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (part !== null && typeof part === 'object') deepFreeze(part as object);
  return Object.freeze(value);
}
