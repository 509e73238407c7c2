#ifndef CNIFTI_H
#define CNIFTI_H
#endif
