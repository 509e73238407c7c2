#ifndef CDCMTK_H
#define CDCMTK_H
#endif
