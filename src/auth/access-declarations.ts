import { Injectable, type OnModuleInit, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { type AccessRule, accessRuleOf } from '../access/access.decorator';
import { OperatorError } from '../errors/operator-error';

/** A route as it is declared. */
export interface DeclaredRoute {
  readonly method: string;
  /** As in `/orgs/:orgId`. */
  readonly path: string;
  readonly rule: AccessRule;
}

/** Every route with who may use it. Found at start, so that none can be forgotten. */
@Injectable()
export class AccessDeclarations implements OnModuleInit {
  routes: readonly DeclaredRoute[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** @throws {OperatorError} that names every route without a declaration */
  onModuleInit(): void {
    const undeclared: string[] = [];
    const routes: DeclaredRoute[] = [];
    for (const { metatype } of this.discovery.getControllers()) {
      if (typeof metatype !== 'function') continue;
      for (const { name, handler } of this.handlersOf(metatype)) {
        const rule = accessRuleOf(handler, metatype);
        if (rule === undefined) undeclared.push(`${metatype.name}.${name}`);
        else routes.push(...pathsOf(metatype, handler).map((path) => ({ method: methodOf(handler), path, rule })));
      }
    }
    if (undeclared.length > 0) {
      const lines = undeclared.map((route) => `  - ${route}`).join('\n');
      throw new OperatorError(`Gatehouse cannot start: these routes do not say who may use them (@Access):\n${lines}`);
    }
    this.routes = routes;
  }

  private handlersOf(controller: Type): { name: string; handler: object }[] {
    const prototype = controller.prototype;
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler: unknown = Reflect.get(prototype, name);
      const isRoute = typeof handler === 'function' && Reflect.hasMetadata(PATH_METADATA, handler);
      return isRoute ? [{ name, handler }] : [];
    });
  }
}

interface Type {
  readonly name: string;
  readonly prototype: object;
}

function methodOf(handler: object): string {
  return RequestMethod[Number(Reflect.getMetadata(METHOD_METADATA, handler))] ?? '';
}

function pathsOf(controller: object, handler: object): string[] {
  const parts = (target: object) => [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();
  return parts(controller).flatMap((first) =>
    parts(handler).map((second) => `/${first}/${second}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')),
  );
}
