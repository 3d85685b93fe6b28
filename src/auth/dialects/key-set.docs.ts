import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';

/** The JWK Set is not sent to who has it. */
export function MayBeHeld() {
  return applyDecorators(
    ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of the JWK Set that the caller has.' }),
    ApiResponse({ status: 304, description: 'That is the one there is.' }),
  );
}
