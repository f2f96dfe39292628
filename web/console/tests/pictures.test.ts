/** Photographs and scans are looked at beside the form. */
import { mount } from '@vue/test-utils'
import { expect, test, vi } from 'vitest'
import PictureViewer from '@/case/PictureViewer.vue'
import { picturesOf } from '@/case/pictures'

const stubs = { 'el-button': { template: '<button type="button"><slot /></button>' } }
const attached = (id: string, media: string, size = 1) => ({ id, name: `${id}.${media}`, media, size })

test('pictures are shown, other files and heavy ones are not', () => {
  expect(picturesOf([attached('a', 'jpg'), attached('b', 'pdf'), attached('c', 'png', 6 * 1024 * 1024), attached('d', 'png')]).map(({ id }) => id)).toEqual(['a', 'd'])
})

test('arrow keys change the picture, round at the ends; Esc gives the focus back, and the form hears of neither', async () => {
  const heard = vi.fn()
  const page = mount({ components: { PictureViewer }, setup: () => ({ pictures: picturesOf([attached('a', 'jpg'), attached('b', 'png')]), heard }), template: '<main @keydown="heard"><PictureViewer case-id="c1" :pictures="pictures" /></main>' }, { attachTo: document.body, global: { stubs } })
  const opener = page.findAll('.pictures button')[1]!
  await opener.trigger('click')
  const box = page.get('.picture')
  const picture = () => page.get('.picture > img').attributes('src')
  await vi.waitFor(() => expect(document.activeElement).toBe(box.element))
  expect(picture()).toBe('/console/api/intake/cases/c1/attachments/b?show=true')
  for (const [key, one] of [['ArrowRight', 'a'], ['ArrowRight', 'b'], ['ArrowLeft', 'a'], ['ArrowLeft', 'b']] as const) {
    await box.trigger('keydown', { key })
    expect(picture()).toContain(`/${one}?`)
  }
  await box.trigger('keydown', { key: 'x' })
  expect(heard).toHaveBeenCalledTimes(1)
  await box.trigger('keydown', { key: 'Escape' })
  expect(page.find('.picture').exists()).toBe(false)
  expect(document.activeElement).toBe(opener.element)
  expect(heard).toHaveBeenCalledTimes(1)
  page.unmount()
})
