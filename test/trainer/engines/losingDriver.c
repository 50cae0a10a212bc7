/*
 * A Vulkan driver whose card can be taken away: SwiftShader, but from the moment that the file DISTILLERY_LOST_CARD is
 * there everything that is handed to the card is answered with VK_ERROR_DEVICE_LOST, as a driver does that was reset.
 *   cc -shared -fPIC -o liblosing.so losingDriver.c -ldl
 * DISTILLERY_REAL_DRIVER names SwiftShader's library.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef void (*function)(void);
typedef function (*lookup)(void *, const char *);
static const int32_t deviceLost = -4;

static void *driver(const char *name) {
  static void *library = NULL;
  if (library == NULL) library = dlopen(getenv("DISTILLERY_REAL_DRIVER"), RTLD_NOW | RTLD_LOCAL);
  return library == NULL ? NULL : dlsym(library, name);
}

static int32_t (*submit)(void *, uint32_t, const void *, uint64_t);
static lookup ofDevice;

static int32_t losingSubmit(void *queue, uint32_t count, const void *submits, uint64_t fence) {
  const char *sign = getenv("DISTILLERY_LOST_CARD");
  if (sign != NULL && access(sign, F_OK) == 0) return deviceLost;
  return submit(queue, count, submits, fence);
}

static function losingOfDevice(void *device, const char *name) {
  function found = ofDevice(device, name);
  if (strcmp(name, "vkQueueSubmit") != 0) return found;
  submit = (int32_t(*)(void *, uint32_t, const void *, uint64_t))found;
  return (function)losingSubmit;
}

__attribute__((visibility("default"))) function vk_icdGetInstanceProcAddr(void *instance, const char *name) {
  function found = ((lookup)driver("vk_icdGetInstanceProcAddr"))(instance, name);
  if (found == NULL || strcmp(name, "vkGetDeviceProcAddr") != 0) return found;
  ofDevice = (lookup)found;
  return (function)losingOfDevice;
}

__attribute__((visibility("default"))) int32_t vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t *version) {
  return ((int32_t(*)(uint32_t *))driver("vk_icdNegotiateLoaderICDInterfaceVersion"))(version);
}

__attribute__((visibility("default"))) function vk_icdGetPhysicalDeviceProcAddr(void *instance, const char *name) {
  lookup real = (lookup)driver("vk_icdGetPhysicalDeviceProcAddr");
  return real == NULL ? NULL : real(instance, name);
}
