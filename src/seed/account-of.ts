/** `domain\\username` in its parts. */
export function accountOf(user: string): { domain: string; username: string } {
  const end = user.indexOf('\\');
  return { domain: user.slice(0, end), username: user.slice(end + 1) };
}
