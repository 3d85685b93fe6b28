import { DECORATORS } from '@nestjs/swagger';
import { getMetadataStorage, ValidationTypes } from 'class-validator';

/** A parameter that a grant reads. */
export interface GrantParameter {
  readonly name: string;
  readonly required: boolean;
  /** What @ApiProperty says of it, if anything. */
  readonly description: string | undefined;
}

/** The properties of a parameter class that carry a class-validator decorator: the others are never filled. */
export function grantParameters(params: new () => object): GrantParameter[] {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(params, '', false, false);
  const optional = new Set(
    metadata
      .filter(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION)
      .map(({ propertyName }) => propertyName),
  );
  return [...new Set(metadata.map(({ propertyName }) => propertyName))].map((name) => ({
    name,
    required: !optional.has(name),
    description: descriptionOf(params, name),
  }));
}

function descriptionOf(params: new () => object, property: string): string | undefined {
  const documented: unknown = Reflect.getMetadata(
    DECORATORS.API_MODEL_PROPERTIES,
    params.prototype as object,
    property,
  );
  const described = typeof documented === 'object' && documented !== null && 'description' in documented;
  return described && typeof documented.description === 'string' ? documented.description : undefined;
}
