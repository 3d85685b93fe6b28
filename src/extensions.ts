import type { DynamicModule, Type } from '@nestjs/common';

/** Modules that a team adds to the service, such as one that provides a grant of its own (docs/custom-grants.md). */
export const EXTENSIONS: readonly (Type | DynamicModule)[] = [];
