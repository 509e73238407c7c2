// Debian installs znzlib.h as <nifti/znzlib.h>, but its nifti2_io.h asks for <znzlib.h>.
#include <nifti/znzlib.h>
