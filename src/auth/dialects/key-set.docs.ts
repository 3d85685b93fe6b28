import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';

/** The keys are not sent to who has them. */
export function MayBeHeld() {
  return applyDecorators(
    ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of what the caller has.' }),
    ApiResponse({ status: 304, description: 'That is the one there is.' }),
  );
}
