import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Injectable } from '@nestjs/common';
import { Eta } from 'eta';
import { PublicPath } from '../public-path';
import type { Page } from './page';

/** What the pages load, by its path. */
export const PAGE_ASSETS = { stylesheet: '/login/style.css', icon: '/login/icon.svg' } as const;

/** Turns pages into HTML by the templates beside this file. They escape whatever they show. */
@Injectable()
export class PageRenderer {
  readonly stylesheet = readFileSync(path.join(__dirname, 'style.css'), 'utf8');
  readonly icon = readFileSync(path.join(__dirname, 'icon.svg'), 'utf8');
  private readonly eta = new Eta({ views: __dirname, cache: true, autoEscape: true });

  constructor(private readonly publicPath: PublicPath) {}

  /** @param formToken for the form of the page, if it has one */
  render({ name, model, brand }: Page, formToken: string): string {
    return this.eta.render(`./${name}`, {
      ...model,
      brand,
      formToken,
      stylesheet: this.publicPath.of(PAGE_ASSETS.stylesheet),
      icon: this.publicPath.of(PAGE_ASSETS.icon),
    });
  }
}
