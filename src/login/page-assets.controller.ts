import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '../access/access.decorator';
import { send } from '../http/send';
import { PAGE_ASSETS, PageRenderer } from './pages/page-renderer';

@ApiExcludeController()
@Access('everyone')
@Controller()
export class PageAssetsController {
  constructor(private readonly renderer: PageRenderer) {}

  @Get(PAGE_ASSETS.stylesheet)
  stylesheet(@Res() response: Response): void {
    sendAsset(response, 'text/css; charset=utf-8', this.renderer.stylesheet);
  }

  @Get(PAGE_ASSETS.icon)
  icon(@Res() response: Response): void {
    sendAsset(response, 'image/svg+xml', this.renderer.icon);
  }
}

function sendAsset(response: Response, contentType: string, body: string): void {
  send(response, {
    status: 200,
    headers: { 'Content-Type': contentType, 'Cache-Control': 'public, max-age=300' },
    body,
  });
}
