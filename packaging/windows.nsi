; The installer for Windows: for the present user alone, without questions. packaging/bundle.py calls
;     makensis /DVERSION=0.1.0 packaging\windows.nsi
Unicode true
SetCompressor /SOLID lzma
!define PROGRAM "dae-studio"
!define TITLE "Denoising Autoencoder Studio"
!define CLASSES "Software\Classes"
!define LISTED "Software\Microsoft\Windows\CurrentVersion\Uninstall\${PROGRAM}"
Name "${TITLE}"
OutFile "..\dist\${PROGRAM}-${VERSION}-windows-x86_64.exe"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\${PROGRAM}" ; no page to change it: all of it is deleted in the end
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

!macro Open ENDING CLASS KIND
  WriteRegStr HKCU "${CLASSES}\${ENDING}\OpenWithProgids" "${CLASS}" ""
  WriteRegStr HKCU "${CLASSES}\${CLASS}" "" "${TITLE} ${KIND}"
  WriteRegStr HKCU "${CLASSES}\${CLASS}\DefaultIcon" "" "$INSTDIR\${PROGRAM}.exe,0"
  WriteRegStr HKCU "${CLASSES}\${CLASS}\shell\open\command" "" '"$INSTDIR\${PROGRAM}.exe" "%1"'
!macroend
!macro Forget ENDING CLASS
  DeleteRegValue HKCU "${CLASSES}\${ENDING}\OpenWithProgids" "${CLASS}"
  DeleteRegKey HKCU "${CLASSES}\${CLASS}"
!macroend
!macro TellExplorer
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

Section
  RMDir /r "$INSTDIR" ; of an earlier version
  SetOutPath "$INSTDIR"
  File /r "..\dist\${PROGRAM}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${TITLE}.lnk" "$INSTDIR\${PROGRAM}.exe"
  !insertmacro Open ".dae" "DaeStudio.Session" "session"
  !insertmacro Open ".lesson" "DaeStudio.Lesson" "lesson"
  !insertmacro Open ".handin" "DaeStudio.HandIn" "hand-in"
  !insertmacro TellExplorer
  WriteRegStr HKCU "${LISTED}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${LISTED}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${LISTED}" "DisplayIcon" "$INSTDIR\${PROGRAM}.exe"
  WriteRegStr HKCU "${LISTED}" "UninstallString" '"$INSTDIR\uninstall.exe"'
SectionEnd

Section "Uninstall"
  !insertmacro Forget ".dae" "DaeStudio.Session"
  !insertmacro Forget ".lesson" "DaeStudio.Lesson"
  !insertmacro Forget ".handin" "DaeStudio.HandIn"
  !insertmacro TellExplorer
  Delete "$SMPROGRAMS\${TITLE}.lnk"
  DeleteRegKey HKCU "${LISTED}"
  RMDir /r "$INSTDIR"
SectionEnd
