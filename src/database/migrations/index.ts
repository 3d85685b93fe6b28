import { Foundation1763780000000 } from './1763780000000-foundation';

/** In the order in which they run. A merged migration is never edited. */
export const MIGRATIONS = [Foundation1763780000000];
